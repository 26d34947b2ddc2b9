import type { Services } from '../../services.ts';
import { firmwareBuildMs, firmwareVersion } from '../../version.ts';
import type { XmlElement } from './xml.ts';

const builtOn = new Date(firmwareBuildMs).toISOString().slice(0, 10);

/** What this NAS is. */
export function model({ board }: Services): XmlElement {
  const name = board.identity.model;
  return [
    'model',
    [
      ['modelName', name],
      ['displayModelName', name],
    ],
  ];
}

/** What runs on it. */
export const firmware: XmlElement = [
  'firmware',
  [
    ['version', firmwareVersion],
    ['build', builtOn.replaceAll('-', '')],
    ['patch', 0],
    ['buildTime', builtOn.replaceAll('-', '/')],
  ],
];

/** The name that the owner gave it, or its model. */
export function hostName({ board, settings }: Services): string {
  return settings.get('network.hostName') || board.identity.model;
}
