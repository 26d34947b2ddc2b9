import type { Board } from '#hal/board';
import type { SimBoard } from './board.ts';
import type { Life } from './parts/life.ts';

/** The firmware's face of all parts, for one life. */
export function portsOf(parts: SimBoard, life: Life): Omit<Board, 'power'> {
  return {
    identity: parts.label,
    clock: life.clock,
    rtc: parts.rtc.connect(life),
    ntp: parts.ntp.connect(life),
    resetButton: parts.resetButton.connect(life),
    leds: { status: parts.statusLed.connect(life) },
    buzzer: parts.buzzer.connect(life),
    console: parts.uart.connect(life),
    storage: parts.flash.connect(life),
    dataVolume: parts.dataVolume.connect(life),
    mail: parts.mail.connect(life),
    network: parts.network.connect(life),
    sensors: parts.sensors.connect(life),
    random: parts.random.connect(life),
    hostWork: { declare: (work) => life.world.declareWork(work) },
    watchdog: parts.watchdog.connect(life),
  };
}
