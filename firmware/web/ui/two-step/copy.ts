/** Copies a text; false where the browser does not let a page do that, as over plain HTTP. */
export async function copy(text: string): Promise<boolean> {
  if (!isSecureContext) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
