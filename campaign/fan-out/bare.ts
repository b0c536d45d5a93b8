import { join } from 'node:path'
import { startProgram } from '../shared/program.js'
import type { CampaignSystem } from '../shared/system.js'
import type { BareResult } from './bare-main.js'
import { barePhone } from './scene.js'

/** Sends to these groups with nothing but Baileys, in a process of its own that is linked anew. */
export async function runBare(
  { whatsapp, logsDir }: CampaignSystem,
  { first, count, imageFile }: { first: number; count: number; imageFile: string },
): Promise<BareResult> {
  const { controlUrl, whatsappUrl, trustFile, caFile } = await whatsapp.endpoints()
  const program = startProgram({
    program: 'campaign/fan-out/bare-main.js',
    nodeArguments: ['--import', new URL('../../simulator/trust.js', import.meta.url).href],
    args: [controlUrl, whatsappUrl, imageFile, String(first), String(count)],
    env: { SIMULATOR_TRUST: trustFile, NODE_EXTRA_CA_CERTS: caFile },
    logFile: join(logsDir, 'bare.log'),
  })
  const result = JSON.parse(await program.line((line) => line.startsWith('{"messages"'))) as BareResult
  await program.exited
  // Its next life is another device; one that is linked would be sent to as well.
  await whatsapp.unlink({ account: barePhone })
  return result
}

/** Both together, as if they were one. */
export function added(a: BareResult, b: BareResult): BareResult {
  return {
    messages: a.messages + b.messages,
    wallMs: a.wallMs + b.wallMs,
    processorMs: a.processorMs + b.processorMs,
  }
}
