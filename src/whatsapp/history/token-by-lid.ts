import { isPnUser, jidNormalizedUser, type WASocket } from '../baileys.js'

/**
 * Moves the token of a person to the LID, where Baileys looks for it once it knows the LID: a phone that did not say it
 * handed the token over under the number.
 */
export async function moveTokenToLid(
  { authState: { keys }, signalRepository }: WASocket,
  jid: string,
): Promise<void> {
  const number = jidNormalizedUser(jid)
  if (isPnUser(number) !== true) return
  const lid = await signalRepository.lidMapping.getLIDForPN(number)
  if (lid === null) return
  const { [number]: old, [lid]: current } = await keys.get('tctoken', [number, lid])
  if (!old?.token?.length || Number(current?.timestamp ?? 0) >= Number(old.timestamp ?? 0)) return
  await keys.set({ tctoken: { [lid]: { ...current, ...old }, [number]: null } })
}
