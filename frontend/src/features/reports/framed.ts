// A report's page inside one of ours. The content security policy, which a frame without an address inherits, lets no style be
// written into it; so its style is taken out, and given to the frame as a sheet of its own. Nothing in it runs.

export interface Apart {
  page: string;
  css: string;
}

const STYLE = /<style>([\s\S]*?)<\/style>/;

/** The page without its style, and the style. What a person wrote is escaped in it, so the first one found is the page's own. */
export function takenApart(html: string): Apart {
  return { page: html.replace(STYLE, ''), css: STYLE.exec(html)?.[1] ?? '' };
}

/** Whether a rule is one for another scheme of colours than the reader's device has. */
function isForDark(rule: CSSRule): rule is CSSMediaRule {
  return 'media' in rule && (rule as CSSMediaRule).media.mediaText.includes('prefers-color-scheme: dark');
}

/** Dress a frame's document; in dark where the application is, whatever the device prefers. On paper it stays light. */
export function dress(frame: HTMLIFrameElement, css: string, isDark: boolean): void {
  const view = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!view) return;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(css);
  for (const rule of sheet.cssRules) {
    if (isForDark(rule)) rule.media.mediaText = isDark ? 'screen' : 'not all';
  }
  sheet.insertRule(`:root { color-scheme: ${isDark ? 'dark' : 'light'}; overflow-y: hidden; }`, sheet.cssRules.length);
  view.document.adoptedStyleSheets = [sheet];
}

/** As high as what is in it, so that the page scrolls and not the frame. */
export function fit(frame: HTMLIFrameElement): void {
  const body = frame.contentDocument?.body;
  if (body) frame.style.height = `${Math.ceil(body.getBoundingClientRect().height)}px`;
}
