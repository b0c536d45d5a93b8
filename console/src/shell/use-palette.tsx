import { useHotkeys } from '@mantine/hooks'
import { useState, type ComponentType, type ReactNode } from 'react'
import { load, NotLoaded } from '../parts/load.js'
import { tellFailure, tellProblem } from '../parts/tell.js'
import { useText } from '../text/text.js'

type Palette = ComponentType<{ onClose: () => void }>

/** The palette, which is loaded when it is first asked for. */
export function usePalette(): { open: () => void; palette: ReactNode } {
  const text = useText()
  const [Loaded, setLoaded] = useState<Palette>()
  const [isOpen, setOpen] = useState(false)

  function toggle(): void {
    setOpen(!isOpen)
    if (isOpen || Loaded !== undefined) return
    load(() => import('./palette.js')).then(
      ({ Palette }) => setLoaded(() => Palette),
      (error: unknown) => {
        setOpen(false)
        if (error instanceof NotLoaded) tellProblem(text.failures.offline, text)
        else tellFailure(error, text)
      },
    )
  }
  useHotkeys([['mod+K', toggle]], [])
  return { open: toggle, palette: isOpen && Loaded && <Loaded onClose={() => setOpen(false)} /> }
}
