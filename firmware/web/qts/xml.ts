/** One element of an answer: its name, and its text or what stands in it. */
export type XmlElement = readonly [name: string, content: string | number | readonly XmlElement[]];

/** A whole answer. What a client sends comes back as text, whatever it holds. */
export function qDocRoot(elements: readonly XmlElement[]): string {
  const content = elements.map(written).join('');
  return `<?xml version="1.0" encoding="UTF-8" ?>\n<QDocRoot version="1.0">\n${content}</QDocRoot>\n`;
}

function written([name, content]: XmlElement): string {
  const inner = typeof content === 'object' ? content.map(written).join('') : cdata(content);
  return `<${name}>${inner}</${name}>`;
}

/** What XML 1.0 has no way to write at all, not even as a reference: section 2.2. */
const unwritable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function cdata(text: string | number): string {
  const safe = String(text).replace(unwritable, '\u{FFFD}').replaceAll(']]>', ']]]]><![CDATA[>');
  return `<![CDATA[${safe}]]>`;
}
