import { en } from './strings.en.ts';

/** All that the pages say. Another language is another object of this type. */
export type Strings = typeof en;

const languages: Readonly<Record<string, Strings>> = { en };

/** The first language of this browser that there is. */
function preferred(): string {
  const wanted = navigator.languages.map((tag) => tag.split('-')[0] ?? '');
  return wanted.find((tag) => languages[tag] !== undefined) ?? 'en';
}

/** What the language is called in HTML. */
export const language = preferred();

/** All that the pages say, in the language of this browser or in English. */
export const text: Strings = languages[language] ?? en;
