import * as v from 'valibot';
import { firmwareVersion } from '../../version.ts';
import type { Routes } from './route.ts';

const info = v.strictObject({ model: v.string(), version: v.string(), hostName: v.string() });

/** What a login page shows of the appliance: it is all that anyone gets to know. */
export function addInfo(routes: Routes): void {
  routes.add({
    method: 'GET',
    path: '/info',
    tag: 'appliance',
    summary: 'What the login page shows of the appliance',
    access: 'anyone',
    answer: info,
    handle: ({ services: { board, settings } }) => {
      const { model } = board.identity;
      const hostName = settings.get('network.hostName') || model;
      return { model, version: firmwareVersion, hostName };
    },
  });
}
