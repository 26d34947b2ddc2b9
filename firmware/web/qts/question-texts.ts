import type { SecondStep } from '../../access/sign-in.ts';

type Question = NonNullable<SecondStep['question']>;

/** The three fixed questions, by the names that clients have for languages. */
const texts: Readonly<Record<string, readonly [pet: string, sport: string, colour: string]>> = {
  GER: [
    'Wie heißt Ihr Haustier?',
    'Was ist Ihre Lieblingssportart?',
    'Was ist Ihre Lieblingsfarbe?',
  ],
  FRE: [
    'Quel est le nom de votre animal de compagnie ?',
    'Quel est votre sport préféré ?',
    'Quelle est votre couleur préférée ?',
  ],
  SPA: [
    '¿Cómo se llama su mascota?',
    '¿Cuál es su deporte favorito?',
    '¿Cuál es su color favorito?',
  ],
  ITA: [
    'Come si chiama il suo animale domestico?',
    'Qual è il suo sport preferito?',
    'Qual è il suo colore preferito?',
  ],
  DUT: ['Hoe heet uw huisdier?', 'Wat is uw favoriete sport?', 'Wat is uw favoriete kleur?'],
};

/** The question as it is asked in a language; in English where the language is another one. */
export function questionIn({ number, text }: Question, language: string | undefined): string {
  const known =
    language !== undefined && Object.hasOwn(texts, language) ? texts[language] : undefined;
  return known?.[number - 1] ?? text;
}
