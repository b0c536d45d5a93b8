import { startBareProgram } from '../shared/bare-program.js'
import { barePhone } from '../shared/one-account.js'
import type { CampaignSystem } from '../shared/system.js'
import type { BareResult } from './bare-main.js'

/** Sends to these groups with nothing but Baileys, in a process of its own that is linked anew. */
export async function runBare(
  system: CampaignSystem,
  { first, count, imageFile }: { first: number; count: number; imageFile: string },
): Promise<BareResult> {
  const program = await startBareProgram(system, {
    program: 'proofs/fan-out/bare-main.js',
    args: [imageFile, String(first), String(count)],
  })
  const result = JSON.parse(await program.line((line) => line.startsWith('{"messages"'))) as BareResult
  await program.exited
  // Its next life is another device; one that is linked would be sent to as well.
  await system.whatsapp.unlink({ account: barePhone })
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
