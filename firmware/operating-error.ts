import { isHalError, type HalError } from '#hal/errors';
import { StoreError } from './store/store-error.ts';

/** True for what drivers and store may report in operation; everything else thrown is a bug. */
export function isOperatingError(error: unknown): error is HalError | StoreError {
  return error instanceof StoreError || isHalError(error);
}

/** True where the supply failed or the board restarted under the call: nobody is left to tell. */
export function isEndOfLife(error: unknown): boolean {
  if (error instanceof StoreError) return error.reason === 'power-lost';
  return isHalError(error) && (error.code === 'power-lost' || error.code === 'closed');
}
