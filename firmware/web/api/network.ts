import * as v from 'valibot';
import type { Routes } from './route.ts';

const adapter = v.strictObject({
  macAddress: v.string(),
  isLinkUp: v.boolean(),
  speedMbps: v.number(),
  mode: v.picklist(['dhcp', 'static']),
  address: v.nullable(v.string()),
  mask: v.nullable(v.string()),
  gateway: v.nullable(v.string()),
  mtuBytes: v.number(),
});

/** What the network adapters do, for administrators; `settings` changes it. */
export function addNetwork(routes: Routes): void {
  routes.add({
    method: 'GET',
    path: '/network',
    tag: 'appliance',
    summary: 'The network adapters as they are',
    access: 'administrator',
    answer: v.strictObject({ adapters: v.array(adapter) }),
    handle: ({ services: { board } }) => ({
      adapters: board.network.adapters().map((one) => ({
        macAddress: one.macAddress,
        isLinkUp: one.linkUp,
        speedMbps: one.speedMbps,
        mode: one.mode,
        address: one.address ?? null,
        mask: one.mask ?? null,
        gateway: one.gateway ?? null,
        mtuBytes: one.mtu,
      })),
    }),
  });
}
