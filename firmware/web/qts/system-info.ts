import { isHalError } from '#hal/errors';
import type { AdapterStatus, AdapterTraffic } from '#hal/network';
import type { Sensors } from '#hal/sensors';
import type { WebAppliance } from '../appliance.ts';
import { hostName } from './about.ts';
import type { XmlElement } from './xml.ts';

const bytesPerMib = 1024 ** 2;

/** Everything that monitoring clients read. What cannot be measured is left out. */
export function systemInfo({ services, control }: WebAppliance): readonly XmlElement[] {
  const { board, settings } = services;
  const { network, sensors, identity } = board;
  const traffic = network.traffic();
  const adapters = network.adapters();
  const nameServers = network.nameServers();
  return [
    ['server_name', hostName(services)],
    ['serial_number', identity.serialNumber],
    ['timezone', settings.get('time.zone')],
    ...uptime(control.uptimeMs()),
    ...measured(sensors),
    ['nic_cnt', adapters.length],
    ...adapters.flatMap((adapter, place) => nic(place + 1, adapter, traffic[place])),
    // Clients want to find one element at least.
    ['dnsInfo', (nameServers.length === 0 ? [''] : nameServers).map((one) => ['DNS_LIST', one])],
  ];
}

function uptime(sinceMs: number): readonly XmlElement[] {
  const seconds = Math.floor(sinceMs / 1000);
  return [
    ['uptime_day', Math.floor(seconds / 86_400)],
    ['uptime_hour', Math.floor(seconds / 3600) % 24],
    ['uptime_min', Math.floor(seconds / 60) % 60],
    ['uptime_sec', seconds % 60],
  ];
}

function measured(sensors: Sensors): readonly XmlElement[] {
  return [
    ...unlessSilent(() => {
      const { model, usedPercent, temperatureC } = sensors.cpu();
      return [
        ['cpu_usage', `${usedPercent.toFixed(1)} %`],
        ['cpu_model', model],
        ...temperature('cpu', temperatureC),
      ];
    }),
    ...unlessSilent(() => temperature('sys', sensors.systemTemperatureC())),
    ...unlessSilent(() => {
      const { totalBytes, freeBytes } = sensors.memory();
      return [
        ['total_memory', mib(totalBytes)],
        ['free_memory', mib(freeBytes)],
      ];
    }),
    ...unlessSilent(() => {
      const fans = sensors.fans();
      return [
        ['sysfan_count', fans.length],
        ...fans.flatMap(({ rpm }, place): XmlElement[] => [
          [`sysfan${place + 1}`, rpm],
          [`sysfan${place + 1}_stat`, rpm === 0 ? -1 : 0],
        ]),
      ];
    }),
  ];
}

function unlessSilent(read: () => readonly XmlElement[]): readonly XmlElement[] {
  try {
    return read();
  } catch (error) {
    if (!isHalError(error)) throw error;
    return [];
  }
}

function temperature(of: string, celsius: number): readonly XmlElement[] {
  return [
    [`${of}_tempc`, Math.round(celsius)],
    [`${of}_tempf`, Math.round(celsius * 1.8 + 32)],
  ];
}

function mib(bytes: number): string {
  return (bytes / bytesPerMib).toFixed(1);
}

function nic(
  number: number,
  adapter: AdapterStatus,
  traffic: AdapterTraffic | undefined,
): readonly XmlElement[] {
  const { linkUp, speedMbps, address, mask, macAddress, mode } = adapter;
  const { receivedPackets = 0, sentPackets = 0, errors = 0 } = traffic ?? {};
  return [
    [`eth_status${number}`, linkUp ? 1 : 0],
    [`eth_max_speed${number}`, speedMbps],
    [`eth_ip${number}`, address ?? '0.0.0.0'],
    [`eth_mask${number}`, mask ?? '0.0.0.0'],
    [`eth_mac${number}`, macAddress],
    [`eth_usage${number}`, mode === 'static' ? 'STATIC' : 'DHCP'],
    [`rx_packet${number}`, receivedPackets],
    [`tx_packet${number}`, sentPackets],
    [`err_packet${number}`, errors],
  ];
}
