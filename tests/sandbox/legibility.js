// Run in the page: everything visible that is hard to read (contrast under 4.5), has no name, or sticks out sideways.
() => {
  const LEAST_CONTRAST = 4.5;

  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return { channels: [red, green, blue], alpha };
  };
  const luminance = ({ channels }) => {
    const linear = channels
      .map((value) => value / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = colour(getComputedStyle(one).backgroundColor);
      if (found.alpha > 0.9) return found;
    }
    return colour("rgb(255, 255, 255)");
  };
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const complaints = new Set();

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [text, element] = [texts.currentNode.textContent.trim(), texts.currentNode.parentElement];
    if (!text || !shown(element) || element.closest("[disabled]") || element.getBoundingClientRect().width < 2)
      continue;
    const [dark, light] = [luminance(colour(getComputedStyle(element).color)), luminance(ground(element))].sort(
      (a, b) => a - b,
    );
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < LEAST_CONTRAST) complaints.add(`contrast ${contrast.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  for (const element of document.querySelectorAll("button, a, input, select, textarea, video")) {
    const name =
      element.getAttribute("aria-label") || element.title || element.textContent || element.labels?.[0]?.textContent;
    if (shown(element) && !name?.trim()) complaints.add(`no name: ${element.outerHTML.slice(0, 80)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth)
    complaints.add(`${document.documentElement.scrollWidth} px wide`);
  return [...complaints];
};
