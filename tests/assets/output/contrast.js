// Text whose contrast is below WCAG 2.2, 1.4.3: 4.5, or 3 where it has at least 24 px, or 18.66 px and is bold.
() => {
  const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parse = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const opaque = (text) => { const c = parse(text); return c.length < 4 || c[3] === 1 ? c : null; };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = opaque(getComputedStyle(at).backgroundColor);
      if (colour) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let checked = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ['title', 'desc'].includes(element.localName)) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement ? style.fill : style.color;
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const value = ratio(parse(drawn), behind(element));
    checked += 1;
    if (value < (large ? 3 : 4.5)) found.push(`${value.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return { checked, found };
}
