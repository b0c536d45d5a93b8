import { Component, type ReactNode } from 'react'

type Props = { children: ReactNode; fallback: (error: unknown, reset: () => void) => ReactNode }

/** Keeps what is around a page when the page breaks. */
export class ErrorBoundary extends Component<Props, { broken?: { error: unknown } }> {
  override state: { broken?: { error: unknown } } = {}

  static getDerivedStateFromError(error: unknown): { broken: { error: unknown } } {
    return { broken: { error } }
  }

  override render(): ReactNode {
    const { broken } = this.state
    if (broken === undefined) return this.props.children
    return this.props.fallback(broken.error, () => this.setState({}))
  }
}
