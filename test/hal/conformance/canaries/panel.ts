import type { Button, ButtonEdge } from '#hal/button';
import type { Buzzer } from '#hal/buzzer';
import { HalError } from '#hal/errors';
import type { Led, LedColour } from '#hal/led';
import { type Canary, canariesOf } from './canary.ts';

const button = canariesOf('resetButton');
const leds = canariesOf('leds');
const buzzer = canariesOf('buzzer');

/** Hands on other edges than came. */
function distorted(distort: (edge: ButtonEdge) => readonly ButtonEdge[]) {
  return (port: Button): Partial<Button> => ({
    onEdge: (listener) => port.onEdge((edge) => distort(edge).forEach(listener)),
  });
}

export const buttonCanaries: readonly Canary[] = [
  button('is never pressed', [/knows its level/], () => () => ({ isPressed: () => false })),
  button('tells every edge twice', [/alternate/], () => distorted((edge) => [edge, edge])),
  button('tells of presses alone', [/alternate/, /level of the last edge/], () =>
    distorted((edge) => (edge.pressed ? [edge] : [])),
  ),
  button('stamps edges late', [/monotonic time/], () =>
    distorted((edge) => [{ ...edge, atMs: edge.atMs + 100 }]),
  ),
  button('stamps edges by a clock that runs backward', [/never stamps an edge earlier/], () =>
    distorted((edge) => [{ ...edge, atMs: 1e6 - edge.atMs }]),
  ),
  button('calls the last listener first', [/order of joining/], () => (port) => {
    let listeners: readonly ((edge: ButtonEdge) => void)[] = [];
    port.onEdge((edge) => listeners.forEach((listener) => listener(edge)));
    return {
      onEdge: (listener) => {
        listeners = [listener, ...listeners];
        return () => (listeners = listeners.filter((other) => other !== listener));
      },
    };
  }),
  button('lets nobody go', [/stopped listening/], () => (port) => ({
    onEdge: (listener) => {
      port.onEdge(listener);
      return () => undefined;
    },
  })),
  button('lets all go with one', [/stopped listening/], () => (port) => {
    const stops: (() => void)[] = [];
    return {
      onEdge: (listener) => {
        stops.push(port.onEdge(listener));
        return () => stops.forEach((stop) => stop());
      },
    };
  }),
  button('repeats the last edge for who joins', [/before it joined/], () => (port) => {
    let last: ButtonEdge | undefined;
    port.onEdge((edge) => (last = edge));
    return {
      onEdge: (listener) => {
        if (last !== undefined) listener(last);
        return port.onEdge(listener);
      },
    };
  }),
  button('remembers listeners over lives', [/silent once its life is over/], () => {
    const listeners = new Set<(edge: ButtonEdge) => void>();
    return (port) => {
      port.onEdge((edge) => listeners.forEach((listener) => listener(edge)));
      return {
        onEdge: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
    };
  }),
];

const status = (change: (led: Led) => Led['set']) => (port: { readonly status: Led }) => ({
  status: { set: change(port.status) },
});

export const ledsCanaries: readonly Canary[] = [
  leds('does not take the colour it has', [/also the one it has/], () =>
    status((led) => {
      let shown: LedColour = 'off';
      return (colour) => {
        if (colour === shown) throw new HalError('io', 'leds', 'nothing to do');
        shown = colour;
        led.set(colour);
      };
    }),
  ),
  leds('is stuck at off', [/green when it is set after red/], () => status(() => () => undefined)),
  leds('is stuck at red', [/off when it is set after off/], () =>
    status((led) => () => led.set('red')),
  ),
  leds('obeys the firmware of a life that is over', [/life is over/], () => {
    let present: Led;
    return (port) => {
      present = port.status;
      return { status: { set: (colour) => present.set(colour) } };
    };
  }),
];

export const buzzerCanaries: readonly Canary[] = [
  buzzer('does not take the state it has', [/without an error/], () => (port) => {
    let state = false;
    return {
      set: (sounding) => {
        if (sounding === state) throw new HalError('io', 'buzzer', 'nothing to do');
        state = sounding;
        port.set(sounding);
      },
    };
  }),
  buzzer('never falls silent', [/until it is told not to/], () => (port) => ({
    set: (sounding) => sounding && port.set(true),
  })),
  buzzer('obeys the firmware of a life that is over', [/life is over/], () => {
    let present: Buzzer;
    return (port) => {
      present = port;
      return { set: (sounding) => present.set(sounding) };
    };
  }),
];
