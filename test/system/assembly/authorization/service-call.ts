/** A call of a service as it came over the wire. */
export interface ServiceCall {
  /** Such as `dynamodb`. */
  readonly service: string
  /** Such as `PutItem`. */
  readonly operation: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Where everything is, for the names of what a call is about. */
export interface Place {
  readonly region: string
  readonly account: string
}
