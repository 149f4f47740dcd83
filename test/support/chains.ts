/** Chains of functions that hand a page on; the innermost drops a reference on it unless the page is reserved. */
export function linksOf(length: number): readonly string[] {
  const innermost = 'void link0(struct page *page)\n{\n\tif (!PageReserved(page))\n\t\tput_page(page);\n}\n';
  const outer = (at: number): string =>
    `void link${String(at)}(struct page *page)\n{\n\tlink${String(at - 1)}(page);\n}\n`;
  return Array.from({ length }, (_, at) => (at === 0 ? innermost : outer(at)));
}

/** The text of a chain, either way round. */
export function chain(length: number, order: 'callee first' | 'caller first' = 'callee first'): string {
  const links = [...linksOf(length)];
  return (order === 'callee first' ? links : links.reverse()).join('');
}

/** A chain of static functions in which each stands on the other side of all those before it. */
export function zigzag(length: number): string {
  const links = linksOf(length).map((link) => `static ${link}`);
  return links.reduce((text, link, at) => (at % 2 === 0 ? text + link : link + text), '');
}
