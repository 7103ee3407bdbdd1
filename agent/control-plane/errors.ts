/** A newer process has attached to this host: this one must stop Kafka and end. */
export class StaleGenerationError extends Error {
  override readonly name = 'StaleGenerationError'
}

/** The control plane gave no usable answer, for whatever reason; the host goes on as it is and asks again later. */
export class ControlPlaneUnreachableError extends Error {
  override readonly name = 'ControlPlaneUnreachableError'
}

/** The control plane understood the call and refuses it; the same call will be refused again. */
export class CallRefusedError extends Error {
  override readonly name = 'CallRefusedError'
}
