import { Command } from 'commander'
import type { Act } from '../io.js'

export function doctorCommand(act: Act): Command {
  return new Command('doctor').description('check the environment, and say what to do').action(
    async () =>
      await act(async (context) => {
        const { examine } = await import('./examine.js')
        return await examine(context)
      }),
  )
}
