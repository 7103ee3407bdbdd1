import { expect, test } from 'vitest'
import { readLogLine } from '../../../shared/kafka/log-markers.ts'

// Lines as 3.7.1, 3.9.2 and 4.3.1 wrote them.
test.each([
  ['INFO [ControllerServer id=1] Starting controller (kafka.server.ControllerServer)', 'Starting'],
  ['INFO [BrokerServer id=1] Transition from SHUTDOWN to STARTING (kafka.server.BrokerServer)', 'Starting'],
  ['INFO Recovering 3 logs from /d/data since no clean shutdown file was found (kafka.log.LogManager)', 'Recovering'],
  ['INFO Loaded 3 logs in 121ms (unclean log dirs = ArrayBuffer(/d/data)) (kafka.log.LogManager)', 'Starting'],
  ['INFO [KafkaRaftServer nodeId=101] Kafka Server started (kafka.server.KafkaRaftServer)', 'Running'],
  ['INFO Terminating process due to signal SIGTERM (org.apache.kafka.common.utils.LoggingSignalHandler)', 'Stopping'],
  ['INFO [ControllerServer id=1] shutting down (kafka.server.ControllerServer)', 'Stopping'],
])('reads the state from: %s', (line, state) => {
  expect(readLogLine(`[2026-11-21T22:35:13.340Z] ${line}`)).toEqual({ kind: 'state', state })
})

test('counts the logs that are still to be loaded', () => {
  const line =
    'INFO Completed load of Log(dir=/d/data/orders-2) with 1 segments in 44ms (1/3 completed in /d/data) (kafka)'
  expect(readLogLine(line)).toEqual({ kind: 'recovery', remainingLogs: 2 })
})

test.each([
  'INFO [BrokerLifecycleManager id=1] The broker has caught up. Transitioning from STARTING to RECOVERY. (kafka)',
  'INFO [BrokerServer id=1] Waiting for the broker to be unfenced (kafka.server.BrokerServer)',
  'INFO Skipping recovery of 3 logs from /d/data since clean shutdown file was found (kafka.log.LogManager)',
  '\tat kafka.Kafka.main(Kafka.scala)',
])('reads nothing from: %s', (line) => {
  expect(readLogLine(line)).toBeUndefined()
})
