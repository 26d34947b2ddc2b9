/** What stands inside an element: its text, or elements by name; a list where a name repeats. */
export type XmlValue = string | readonly XmlValue[] | { readonly [element: string]: XmlValue };

/**
 * Reads an XML document; answers what stands inside its root element, or undefined where it is not
 * well formed. Attributes are left out, CDATA is text.
 */
export async function readXml(text: string): Promise<XmlValue | undefined> {
  const { XMLParser } = await import('fast-xml-parser');
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    trimValues: true,
  });
  try {
    const document = parser.parse(text, true) as Readonly<Record<string, XmlValue>>;
    const [root] = Object.values(document);
    return root;
  } catch {
    return undefined;
  }
}
