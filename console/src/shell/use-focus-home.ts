import { useEffect } from 'react'

/** Of the elements that had the focus, the last. */
const mostKept = 12
/** What gives the focus back by itself, as dialogs and menus do, does so within this. */
const afterMs = 60
const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]'

/**
 * The focus is never nowhere: where what had it goes away, it goes to what took its place, else to what had it before, as who
 * opened a dialog, else to the name of the page. Who clicks beside everything wants it nowhere, and has it so.
 */
export function useFocusHome(): void {
  useEffect(() => {
    let trail: HTMLElement[] = []
    /** What was around the last. */
    let around: HTMLElement[] = []
    let timer: ReturnType<typeof setTimeout> | undefined

    function onFocus({ target }: FocusEvent): void {
      if (!(target instanceof HTMLElement) || target === document.body) return
      trail = [...trail.filter((one) => one !== target), target].slice(-mostKept)
      around = ancestorsOf(target)
    }
    function onPointer({ target }: PointerEvent): void {
      if (target instanceof Element && target.closest(`${focusable}, [tabindex]`) === null) trail = []
    }
    function goHome(): void {
      timer = undefined
      const last = trail.at(-1)
      if (last === undefined || (document.activeElement ?? document.body) !== document.body) return
      // A button that is busy has it again when it is not.
      if (last.isConnected && last.matches(':disabled')) return
      homeOf(last)?.focus({ preventScroll: true })
    }
    function homeOf(last: HTMLElement): HTMLElement | null {
      if (isThere(last)) return last
      const near = around.find((one) => one.isConnected && one.closest('main, [role="dialog"]') !== one)
      const next = near?.closest('main, [role="dialog"]')
        ? Array.from(near.querySelectorAll<HTMLElement>(focusable)).find(isThere)
        : undefined
      return next ?? trail.findLast(isThere) ?? document.querySelector<HTMLElement>('main h1')
    }

    const changes = new MutationObserver(() => {
      timer ??= setTimeout(goHome, afterMs)
    })
    changes.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled'],
    })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('pointerdown', onPointer)
    return () => {
      clearTimeout(timer)
      changes.disconnect()
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('pointerdown', onPointer)
    }
  }, [])
}

function isThere(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility()
}

function ancestorsOf(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = []
  for (let one = element.parentElement; one !== null && one !== document.body; one = one.parentElement)
    found.push(one)
  return found
}
