import {
  getBinaryNodeChild,
  getBinaryNodeChildren,
  getWAUploadToServer,
  S_WHATSAPP_NET,
  type BinaryNode,
  type MediaConnInfo,
  type SocketConfig,
  type WAMediaUploadFunction,
  type WASocket,
} from './baileys.js'
import { silentLogger } from './silent-logger.js'

/** Where files may be uploaded to and downloaded from. It asks anew with `true`, and once the answer of before is over. */
export type MediaConn = (isAnew?: boolean) => Promise<MediaConnInfo>

/**
 * As Baileys' `refreshMediaConn` (7.0.0-rc14), but for a question that failed: Baileys keeps that for as long as the socket lives, and
 * no file goes either way any more.
 */
export function mediaConnOf(socket: Pick<WASocket, 'query'>): MediaConn {
  let asked: Promise<MediaConnInfo> | undefined
  const ask = (): Promise<MediaConnInfo> => {
    const now = question(socket)
    asked = now
    now.catch(() => {
      if (asked === now) asked = undefined
    })
    return now
  }
  return async (isAnew = false) => {
    if (asked === undefined || isAnew) return await ask()
    const known = await asked
    return Date.now() - known.fetchDate.getTime() > known.ttl * 1_000 ? await ask() : known
  }
}

async function question(socket: Pick<WASocket, 'query'>): Promise<MediaConnInfo> {
  const answer = (await socket.query({
    tag: 'iq',
    attrs: { type: 'set', xmlns: 'w:m', to: S_WHATSAPP_NET },
    content: [{ tag: 'media_conn', attrs: {} }],
  })) as BinaryNode | undefined
  const told = getBinaryNodeChild(answer, 'media_conn')
  const { auth, ttl } = told?.attrs ?? {}
  if (auth === undefined || ttl === undefined)
    throw new Error('WhatsApp did not say where files may be uploaded')
  return {
    auth,
    ttl: Number(ttl),
    hosts: getBinaryNodeChildren(told, 'host').map(({ attrs: { hostname = '', maxContentLengthBytes } }) => ({
      hostname,
      maxContentLengthBytes: Number(maxContentLengthBytes),
    })),
    fetchDate: new Date(),
  }
}

/** Baileys' own upload, by way of the agent. */
export function uploadBy(
  mediaConn: MediaConn,
  fetchAgent: SocketConfig['fetchAgent'],
): WAMediaUploadFunction {
  const config = { customUploadHosts: [], fetchAgent, logger: silentLogger, options: {} }
  return getWAUploadToServer(config as Partial<SocketConfig> as SocketConfig, mediaConn)
}
