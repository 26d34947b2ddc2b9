import type { Command, CommandContext } from '../command.ts';
import type { Verdict } from '../dialogue.ts';
import { pairsText, tableText } from '../table.ts';

/** `net`: the network. */
export const net: Command = {
  name: 'net',
  summary: 'shows adapters, addresses and network settings',
  usage: [''],
  details: ['Change them with "setting set network.…".'],
  isForAdministrators: true,
  run: (_words, context) => showNetwork(context),
};

/** Prints what the adapters do and what the settings say. */
export function showNetwork(context: CommandContext): Verdict {
  const { board, settings } = context.services;
  const adapters = board.network
    .adapters()
    .map((adapter, index) => [
      String(index + 1),
      adapter.macAddress,
      adapter.linkUp ? `up, ${adapter.speedMbps} Mbit/s` : 'down',
      adapter.mode,
      adapter.address ?? '-',
      adapter.mask ?? '-',
      adapter.gateway ?? '-',
      String(adapter.mtu),
    ]);
  const heading = ['ADAPTER', 'MAC ADDRESS', 'LINK', 'MODE', 'ADDRESS', 'MASK', 'GATEWAY', 'MTU'];
  context.print(tableText([heading, ...adapters]));
  const vlan = settings.get('network.vlan');
  const binding = Object.entries(settings.get('network.serviceBinding'));
  context.print(
    pairsText([
      ['Host name', settings.get('network.hostName') || board.identity.model],
      ['IP configuration', settings.get('network.mode')],
      ['Jumbo frames', settings.get('network.jumboFrames') ? 'on' : 'off'],
      ['Port trunking', settings.get('network.trunking')],
      ['VLAN', vlan === 0 ? 'off' : String(vlan)],
      ['System port', String(settings.get('network.systemPort'))],
      ['Security level', settings.get('security.level')],
      ['Service binding', binding.length === 0 ? 'all services on all' : JSON.stringify(binding)],
    ]),
  );
  return 'done';
}
