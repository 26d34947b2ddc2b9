import type { Parameters } from './parameters.ts';

/**
 * No account has it, for it is too long: it stands for a password that cannot be read, so that such
 * a call costs and answers what any wrong password does.
 */
const impossiblePassword = '\0'.repeat(1024);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The password of a call. In clear it is taken from the NAS itself only. */
export function passwordOf(parameters: Parameters, address: string): string {
  const encoded = parameters.get('pwd');
  if (encoded !== undefined) return fromBase64(encoded) ?? impossiblePassword;
  const plain = isLoopback(address) ? parameters.get('plain_pwd') : undefined;
  return plain ?? impossiblePassword;
}

/** UTF-8 in base64 (RFC 4648, section 4). Undefined where it is not. */
function fromBase64(encoded: string): string | undefined {
  // Some clients do not percent-encode: then a form has made blanks of its `+`.
  const text = encoded.replaceAll(' ', '+');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/={0,2}$/, '')) return undefined;
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address);
}
