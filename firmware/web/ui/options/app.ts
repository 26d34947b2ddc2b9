import { html } from 'lit';
import type { App } from '../desktop/app.ts';
import { text } from '../strings.ts';

const words = text.options;

/** What users set for themselves. */
export const options: App = {
  id: 'options',
  title: words.title,
  icon: 'gear',
  audience: 'everybody',
  sections: [
    {
      id: 'profile',
      title: words.profile.title,
      icon: 'person',
      load: () => import('./profile.ts'),
      render: (session) => html`<nas-profile .session=${session}></nas-profile>`,
    },
    {
      id: 'password',
      title: words.password.title,
      icon: 'key',
      load: () => import('./password.ts'),
      render: (session) => html`<nas-password .session=${session}></nas-password>`,
    },
    {
      id: 'two-step',
      title: words.twoStep.title,
      icon: 'shield',
      load: () => import('./two-step.ts'),
      render: (session) => html`<nas-own-two-step .session=${session}></nas-own-two-step>`,
    },
    {
      id: 'sign-ins',
      title: words.places.title,
      icon: 'screen',
      load: () => import('./places.ts'),
      render: () => html`<nas-places></nas-places>`,
    },
  ],
};
