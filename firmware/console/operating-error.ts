import { isHalError } from '#hal/errors';
import { StoreError } from '../store/store.ts';

/** The text of an error that drivers and store may report in operation; a bug is thrown on. */
export function operatingErrorText(error: unknown): string {
  if (error instanceof StoreError || isHalError(error)) return error.message;
  throw error;
}
