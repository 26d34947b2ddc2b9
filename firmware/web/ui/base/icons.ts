import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Drawn on 24 by 24, in lines of the text's colour. */
const paths = {
  nas: svg`<rect x="4" y="3" width="16" height="18" rx="3"/><path d="M7.5 8h9M7.5 12h9M8 16.8h.01M12 16.8h4.5"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6"/>`,
  gear: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>`,
  key: svg`<circle cx="8" cy="14.5" r="4"/><path d="m11 11.5 8.5-8M16 6.5l2.5 2.5"/>`,
  shield: svg`<path d="M12 3 5 5.7v5.6c0 4.6 3 8 7 9.7 4-1.7 7-5.1 7-9.7V5.7z"/><path d="m9 12 2.2 2.2L15.2 10"/>`,
  screen: svg`<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M8.5 20h7M12 16.5V20"/>`,
  out: svg`<path d="M14 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H14M17 8.5l3.5 3.5L17 15.5M20 12h-9"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  auto: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17" /><path d="M12 5.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" stroke="none"/>`,
  light: svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2.2M12 19.3v2.2M2.5 12h2.2M19.3 12h2.2M5.3 5.3l1.5 1.5M17.2 17.2l1.5 1.5M18.7 5.3l-1.5 1.5M6.8 17.2l-1.5 1.5"/>`,
  dark: svg`<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>`,
  eye: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`,
} as const satisfies Readonly<Record<string, SVGTemplateResult>>;

/** What an icon is called. */
export type IconName = keyof typeof paths;

/** An icon; what it means stands beside it in words. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${paths[name]}</svg>`;
}
