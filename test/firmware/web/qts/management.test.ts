import { describe, expect, it } from 'vitest';
import { WebRig } from '../web-rig.ts';
import { managementPath, QtsClient, type DeepAnswer } from './qts-client.ts';

interface Scene {
  readonly client: QtsClient;
  readonly rig: WebRig;
  readonly sid: string;
  readonly info: () => Promise<DeepAnswer>;
  readonly health: () => Promise<unknown>;
}

async function scene(): Promise<Scene> {
  const rig = await WebRig.start();
  rig.addUser('ada', ['administrators']);
  const client = new QtsClient(rig);
  const sid = await client.sidOf('ada');
  const ask = async (query: object): Promise<DeepAnswer> => {
    const { func } = await client.call<DeepAnswer>(managementPath, {
      subfunc: 'sysinfo',
      sid,
      ...query,
    });
    return (func as DeepAnswer).ownContent as DeepAnswer;
  };
  return {
    client,
    rig,
    sid,
    info: async () => (await ask({ hd: 'no', multicpu: 1 })).root as DeepAnswer,
    health: async () => ((await ask({ sysHealth: 1 })).sysHealth as DeepAnswer).status,
  };
}

describe('manaRequest.cgi', () => {
  it('tells administrators what this NAS is and how it does', async () => {
    const { client, rig, sid, info } = await scene();
    const answer = await client.call(managementPath, { subfunc: 'sysinfo', hd: 'no', sid });
    const { model } = rig.board.label;
    expect(answer).toMatchObject({
      authPassed: '1',
      model: { displayModelName: model },
      firmware: { version: expect.any(String) as string, build: expect.any(String) as string },
    });
    const number = expect.stringMatching(/^-?\d+$/) as string;
    const mib = expect.stringMatching(/^\d+\.\d$/) as string;
    expect(await info()).toEqual({
      server_name: model,
      serial_number: rig.board.label.serialNumber,
      timezone: 'UTC',
      uptime_day: '0',
      uptime_hour: '0',
      uptime_min: '0',
      uptime_sec: '0',
      cpu_usage: expect.stringMatching(/^\d+\.\d %$/) as string,
      cpu_model: expect.any(String) as string,
      cpu_tempc: number,
      cpu_tempf: number,
      sys_tempc: number,
      sys_tempf: number,
      total_memory: mib,
      free_memory: mib,
      sysfan_count: '1',
      sysfan1: number,
      sysfan1_stat: '0',
      nic_cnt: '2',
      eth_status1: '1',
      eth_max_speed1: '1000',
      eth_ip1: '192.168.1.20',
      eth_mask1: '255.255.255.0',
      eth_mac1: rig.board.label.macAddresses[0],
      eth_usage1: 'DHCP',
      rx_packet1: number,
      tx_packet1: number,
      err_packet1: '0',
      eth_status2: '1',
      eth_max_speed2: '1000',
      eth_ip2: '192.168.1.21',
      eth_mask2: '255.255.255.0',
      eth_mac2: rig.board.label.macAddresses[1],
      eth_usage2: 'DHCP',
      rx_packet2: '0',
      tx_packet2: '0',
      err_packet2: '0',
      dnsInfo: { DNS_LIST: '192.168.1.1' },
    });
  });

  it('measures: what the world changes, the next answer says', async () => {
    const { rig, info } = await scene();
    const { sensors, network } = rig.board;
    sensors.setCpuTemperature(61.4);
    sensors.setSystemTemperature(40);
    sensors.setCpuUse(87.25);
    sensors.setFreeMemory(1024 ** 3 / 2);
    sensors.setFan(0, 1234);
    rig.services.settings.set('network.hostName', 'attic');
    rig.services.settings.set('time.zone', 'Asia/Tokyo');
    const before = Number((await info()).rx_packet1);
    network.setCable(1, false);
    rig.services.board.network.apply(0, {
      mode: 'static',
      address: '10.0.0.5',
      mask: '255.0.0.0',
      mtu: 1500,
    });
    await rig.pass(86_400 + 2 * 3600 + 3 * 60 + 4);
    const client = new QtsClient(rig);
    const sid = await client.sidOf('ada');
    const { func } = await client.call<DeepAnswer>(managementPath, { subfunc: 'sysinfo', sid });
    const root = ((func as DeepAnswer).ownContent as DeepAnswer).root as DeepAnswer;
    expect(root).toMatchObject({
      server_name: 'attic',
      timezone: 'Asia/Tokyo',
      uptime_day: '1',
      uptime_hour: '2',
      uptime_min: '3',
      uptime_sec: '4',
      cpu_usage: '87.3 %',
      cpu_tempc: '61',
      cpu_tempf: '143',
      sys_tempc: '40',
      sys_tempf: '104',
      total_memory: '8192.0',
      free_memory: '512.0',
      sysfan1: '1234',
      eth_usage1: 'STATIC',
      eth_ip1: '10.0.0.5',
      eth_mask1: '255.0.0.0',
      eth_status2: '0',
      eth_max_speed2: '0',
      eth_ip2: '0.0.0.0',
      dnsInfo: { DNS_LIST: '' },
    });
    expect(Number(root.rx_packet1)).toBeGreaterThan(before);
  });

  it('leaves out what does not answer, and goes on', async () => {
    const { rig, info } = await scene();
    rig.board.sensors.setSilent(true);
    const root = await info();
    expect(root).toMatchObject({ nic_cnt: '2', uptime_day: '0' });
    for (const name of ['cpu_tempc', 'sys_tempc', 'total_memory', 'sysfan_count']) {
      expect(root[name]).toBeUndefined();
    }
  });

  it.each([
    ['all is well', () => undefined, 'good'],
    ['the processor is hot', (rig: WebRig) => rig.board.sensors.setCpuTemperature(85), 'warning'],
    ['it is nearly so', (rig: WebRig) => rig.board.sensors.setCpuTemperature(84.9), 'good'],
    ['it is very hot', (rig: WebRig) => rig.board.sensors.setCpuTemperature(95), 'error'],
    ['the case is warm', (rig: WebRig) => rig.board.sensors.setSystemTemperature(60), 'warning'],
    ['the case is hot', (rig: WebRig) => rig.board.sensors.setSystemTemperature(70), 'error'],
    ['the fan stands', (rig: WebRig) => rig.board.sensors.setFan(0, 0), 'error'],
    ['nothing is measured', (rig: WebRig) => rig.board.sensors.setSilent(true), 'warning'],
  ])('where %s', async (_, change, status) => {
    const { rig, health } = await scene();
    change(rig);
    expect(await health()).toBe(status);
  });

  it('tells nobody else', async () => {
    const { client, rig } = await scene();
    rig.addUser('maria');
    const query = { subfunc: 'sysinfo' };
    const refused = { authPassed: '0', errorValue: '-1' };
    expect(await client.call(managementPath, query)).toEqual(refused);
    expect(await client.call(managementPath, { ...query, sid: 'none' })).toEqual(refused);
    const sid = await client.sidOf('maria');
    const answer = await client.call(managementPath, { ...query, sid });
    expect(answer).toEqual({ authPassed: '0', errorValue: '-2' });
  });

  it('knows one function only', async () => {
    const { client, sid } = await scene();
    const answer = await client.call(managementPath, { subfunc: 'chart', sid });
    expect(answer).toMatchObject({ authPassed: '1', errorValue: '-1' });
    expect(answer.func).toBeUndefined();
  });
});
