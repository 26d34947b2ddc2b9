import type { SerialPortStream } from '@serialport/stream';

/**
 * The first UART, 115200 8N1, as a `SerialPortStream` that is opening or open when the firmware
 * gets it. Writes before it is open are kept. 8-bit clean both ways. A break or a framing error
 * reaches the firmware as the bytes the UART made of it (often 0x00) and nothing else. Where the
 * far end is gone, bytes are lost without an error. A stream `error` means the port is gone.
 */
export type SerialConsole = SerialPortStream;
