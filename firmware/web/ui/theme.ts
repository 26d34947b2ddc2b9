import { remembered } from './base/remembered.ts';

/** Light, dark, or as the device has it. */
export type Theme = 'auto' | 'light' | 'dark';

const themes: readonly Theme[] = ['auto', 'light', 'dark'];

/** The theme that was chosen on this device. */
export function chosenTheme(): Theme {
  const kept = remembered.get('theme');
  return themes.find((each) => each === kept) ?? 'auto';
}

/** Chooses the next theme, and keeps it on this device. */
export function chooseNextTheme(): Theme {
  const next = themes[(themes.indexOf(chosenTheme()) + 1) % themes.length] ?? 'auto';
  remembered.set('theme', next);
  applyTheme();
  return next;
}

/** Shows the page in the chosen theme. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  const theme = chosenTheme();
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
}
