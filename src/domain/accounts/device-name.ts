/**
 * How the linked device names itself: the phone lists it as that, and keeps the name of when it was linked.
 *
 * WhatsApp checks it where a pairing code is asked for, and nowhere else: `Chrome (Windows)` is taken, and `Chrome (Acme)` is
 * a bad request (400; Baileys pull request 2769, measured on 2026-08-12; whatsmeow's `PairPhone` says the same).
 */
export type DeviceName = { browser: string; system: string }

// Platforms 1 to 6 of a pairing code (docs/whatsapp/pairing-and-bootstrap.md, section 3), without the old one.
const browsers = ['Chrome', 'Edge', 'Firefox', 'Opera', 'Safari']
/** Those that pairing codes are reported to take. */
const systems = ['Windows', 'Mac OS', 'Linux', 'Ubuntu', 'Fedora', 'Android', 'iOS']

export const defaultDeviceName: DeviceName = { browser: 'Chrome', system: 'Windows' }

const pattern = new RegExp(`^(${browsers.join('|')}) \\((?! )([\\p{L}\\p{N} ._-]{1,30})(?<! )\\)$`, 'u')
export const expectedDeviceName = `expected a browser (${browsers.join(', ')}) and, in brackets, a system or a name of 30 characters at most: 'Chrome (Windows)', 'Firefox (Front office)'`

/** Undefined where it is no such name. */
export function readDeviceName(text: string): DeviceName | undefined {
  const [, browser, system] = pattern.exec(text) ?? []
  return browser === undefined || system === undefined ? undefined : { browser, system }
}

/** The system that a pairing code is asked for with: another one than the phone shows, where WhatsApp does not know that. */
export function systemForCode({ system }: DeviceName): string {
  return systems.includes(system) ? system : defaultDeviceName.system
}
