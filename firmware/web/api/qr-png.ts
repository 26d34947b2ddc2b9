/** A QR code as a PNG picture, large enough for a camera before a screen. */
export async function qrPng(text: string): Promise<Uint8Array> {
  // Loaded where one is asked for: few requests ask.
  const { default: qrcode } = await import('qrcode');
  return qrcode.toBuffer(text, { type: 'png', errorCorrectionLevel: 'M', scale: 6, margin: 4 });
}
