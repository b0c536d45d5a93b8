import type { SignalKeyStore } from '../baileys.js'

/** Baileys notes for each group which devices have its key, before it encrypts for them, and sends it to the others only. */
export async function forgetThatTheyHaveTheKey(
  keys: SignalKeyStore,
  group: string,
  devices: readonly string[],
): Promise<void> {
  const { [group]: hasKey = {} } = await keys.get('sender-key-memory', [group])
  const left = Object.entries(hasKey).filter(([device]) => !devices.includes(device))
  if (left.length < Object.keys(hasKey).length)
    await keys.set({ 'sender-key-memory': { [group]: Object.fromEntries(left) } })
}
