import { askAboutRefused } from '../../src/device-text/ask-about-refused.ts';
import type { DeviceReading } from '../../src/device-text/core/reading.ts';
import { readDeviceText } from '../../src/device-text/read-device-text.ts';
import { oltOf } from './olts.ts';

/** The facts of a line without a CPE at an OLT of a manufacturer. */
export const factsOf = (maker: string) => {
  const { manufacturer, ports } = oltOf(maker);
  return {
    ...{ accessType: null, oltManufacturer: manufacturer, oltPorts: ports, allowedPrefixes: [] },
    ...{ unknownModel: 'warn' as const, recorded: null },
  };
};

/** Reads a text as the desk does, without a catalogue: no model is known as anything but PON. */
export const readForLine = (text: string, maker: string): DeviceReading => {
  const reading = readDeviceText(text, { olt: oltOf(maker), recorded: null });
  return askAboutRefused(
    reading,
    factsOf(maker),
    reading.devices.map(() => null),
  );
};
