export interface XmlElement {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: XmlElement[];
  text: string;
}

const entities: { readonly [name: string]: string } = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The part of XML 1.0 that a JUnit file needs, refusing whatever is not well formed. */
export function parseXml(xml: string): XmlElement {
  for (const character of xml) {
    if (!isXmlCharacter(character.codePointAt(0) ?? 0)) throw new Error(`XML has no place for ${JSON.stringify(character)}`);
  }
  const root: XmlElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const token = /<\?xml [^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`no XML at ${at}: ${JSON.stringify(xml.slice(at, at + 60))}`);
    const [, closed, opened, attributes = "", selfClosed, text] = match;
    const parent = open.at(-1);
    if (parent === undefined) throw new Error("text after the document");
    if (text !== undefined) parent.text += decode(text);
    if (closed !== undefined && open.pop()?.name !== closed) throw new Error(`</${closed}> closes another element`);
    if (opened === undefined) continue;
    const element: XmlElement = { name: opened, attributes: parseAttributes(attributes), children: [], text: "" };
    parent.children.push(element);
    if (selfClosed !== "/") open.push(element);
  }
  const [document] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || document === undefined || root.text.trim() !== "") {
    throw new Error("not one document element");
  }
  return document;
}

/** XML 1.0, production 2. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

function parseAttributes(text: string): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const [, name = "", value = ""] of text.matchAll(/([\w-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} twice`);
    // Bare line ends and tabs would be read as spaces.
    found[name] = decode(value.replace(/[\t\r\n]/g, " "));
  }
  return found;
}

function decode(text: string): string {
  return text.replaceAll(/&(#x[\da-f]+|#\d+|\w+);|&/gi, (whole, name: string | undefined) => {
    if (name === undefined) throw new Error("a bare &");
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    const character = entities[name];
    if (character === undefined) throw new Error(`unknown entity ${whole}`);
    return character;
  });
}
