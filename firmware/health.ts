import { isHalError } from '#hal/errors';
import type { Sensors } from '#hal/sensors';

/** How the appliance is, in one word. */
export type Health = 'good' | 'warning' | 'error';

/** From which temperatures on it is a warning, and an error; degrees Celsius. */
const limitsC = {
  cpu: { warning: 85, error: 95 },
  system: { warning: 60, error: 70 },
} as const;

/** The worst of what the sensors say. One that does not answer is a warning. */
export function healthOf(sensors: Sensors): Health {
  const found = [
    judged(() => ofTemperature(sensors.cpu().temperatureC, limitsC.cpu)),
    judged(() => ofTemperature(sensors.systemTemperatureC(), limitsC.system)),
    judged(() => (sensors.fans().some(({ rpm }) => rpm === 0) ? 'error' : 'good')),
  ];
  if (found.includes('error')) return 'error';
  return found.includes('warning') ? 'warning' : 'good';
}

function ofTemperature(
  celsius: number,
  limits: { readonly warning: number; readonly error: number },
): Health {
  if (celsius >= limits.error) return 'error';
  return celsius >= limits.warning ? 'warning' : 'good';
}

/** What is not built in is no fault. */
function judged(judge: () => Health): Health {
  try {
    return judge();
  } catch (error) {
    if (!isHalError(error)) throw error;
    return error.code === 'not-present' ? 'good' : 'warning';
  }
}
