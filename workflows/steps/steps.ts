import { activateBroker } from './activate-broker.ts'
import { advanceMoves } from './advance-moves.ts'
import { alignNames } from './align-names.ts'
import { alignPublicEntry } from './align-public-entry.ts'
import { applyDynamicConfig } from './apply-dynamic-config.ts'
import { assessVolumes } from './assess-volumes.ts'
import { assureEmpty } from './assure-empty.ts'
import { awaitAllInSync } from './await-all-in-sync.ts'
import { awaitBroker } from './await-broker.ts'
import { awaitFeatures } from './await-features.ts'
import { awaitInSync } from './await-in-sync.ts'
import { awaitNames } from './await-names.ts'
import { awaitPublicEntry } from './await-public-entry.ts'
import { awaitQuorum } from './await-quorum.ts'
import { beginOperation } from './begin-operation.ts'
import { checkFeatures } from './check-features.ts'
import { chooseBrokersToStart } from './choose-brokers-to-start.ts'
import { chooseBrokersToStop } from './choose-brokers-to-stop.ts'
import { chooseControllersToStart } from './choose-controllers-to-start.ts'
import { chooseControllersToStop } from './choose-controllers-to-stop.ts'
import { chooseExtension } from './choose-extension.ts'
import { chooseFeature } from './choose-feature.ts'
import { chooseNewBrokers } from './choose-new-brokers.ts'
import { chooseNode } from './choose-node.ts'
import { chooseRemoval } from './choose-removal.ts'
import { chooseRepair } from './choose-repair.ts'
import { chooseUpgrade } from './choose-upgrade.ts'
import { clearBrokerConfig } from './clear-broker-config.ts'
import { completeDelete } from './complete-delete.ts'
import { completeOperation } from './complete-operation.ts'
import { cordonBrokers } from './cordon-brokers.ts'
import { createTopics } from './create-topics.ts'
import { electLeaders } from './elect-leaders.ts'
import { ensureAddress } from './ensure-address.ts'
import { ensureAuthority } from './ensure-authority.ts'
import { ensureInstance } from './ensure-instance.ts'
import { ensureNames } from './ensure-names.ts'
import { ensurePublicEntry } from './ensure-public-entry.ts'
import { ensurePublicNames } from './ensure-public-names.ts'
import { ensureSecurityGroup } from './ensure-security-group.ts'
import { ensureVolume } from './ensure-volume.ts'
import { enterBrokerCreating } from './enter-broker-creating.ts'
import { enterBrokerDeleting } from './enter-broker-deleting.ts'
import { enterBrokerStarting } from './enter-broker-starting.ts'
import { enterCreating } from './enter-creating.ts'
import { enterDraining } from './enter-draining.ts'
import { enterExtending } from './enter-extending.ts'
import { enterRebooting } from './enter-rebooting.ts'
import { enterRelease } from './enter-release.ts'
import { enterRemoval } from './enter-removal.ts'
import { enterRepairing } from './enter-repairing.ts'
import { enterStarting } from './enter-starting.ts'
import { enterStopping } from './enter-stopping.ts'
import { enterUpdating } from './enter-updating.ts'
import { enterUpgrading } from './enter-upgrading.ts'
import { fenceHost } from './fence-host.ts'
import { finaliseFeature } from './finalise-feature.ts'
import { finishBroker } from './finish-broker.ts'
import { finishExtension } from './finish-extension.ts'
import { finishNode } from './finish-node.ts'
import { finishRemoval } from './finish-removal.ts'
import { finishStopped } from './finish-stopped.ts'
import { forgetBroker } from './forget-broker.ts'
import { forgetCluster } from './forget-cluster.ts'
import { growFileSystem } from './grow-file-system.ts'
import { growVolume } from './grow-volume.ts'
import { judgeConfigFailure } from './judge-config-failure.ts'
import { judgeDrained } from './judge-drained.ts'
import { judgeStopped } from './judge-stopped.ts'
import { judgeUpgradeFailure } from './judge-upgrade-failure.ts'
import { keepBrokers } from './keep-brokers.ts'
import { keepCluster } from './keep-cluster.ts'
import { launchKafka } from './launch-kafka.ts'
import { launchOnEmptyVolume } from './launch-on-empty-volume.ts'
import { planMoves } from './plan-moves.ts'
import { preflightConfig } from './preflight-config.ts'
import { preflightRelease } from './preflight-release.ts'
import { proveRelease } from './prove-release.ts'
import { proveWithCanary } from './prove-with-canary.ts'
import { rebootHost } from './reboot-host.ts'
import { recordCancelled } from './record-cancelled.ts'
import { recordFailure } from './record-failure.ts'
import { recordPaused } from './record-paused.ts'
import { relaunchKafka } from './relaunch-kafka.ts'
import { releaseInstance } from './release-instance.ts'
import { releaseMoves } from './release-moves.ts'
import { removeAddress } from './remove-address.ts'
import { removeInstance } from './remove-instance.ts'
import { removeNames } from './remove-names.ts'
import { removePublicEntry } from './remove-public-entry.ts'
import { removeSecurityGroup } from './remove-security-group.ts'
import { removeVolume } from './remove-volume.ts'
import { replaceVolume } from './replace-volume.ts'
import { restartKafka } from './restart-kafka.ts'
import { restoreNode } from './restore-node.ts'
import { revertConfig } from './revert-config.ts'
import { revertRelease } from './revert-release.ts'
import { reviveBroker } from './revive-broker.ts'
import { stageRelease } from './stage-release.ts'
import { stopBroker } from './stop-broker.ts'
import { stopKafka } from './stop-kafka.ts'
import { stopPreempted } from './stop-preempted.ts'
import { sweepResources } from './sweep-resources.ts'
import { throttleMoves } from './throttle-moves.ts'
import { uncordonBrokers } from './uncordon-brokers.ts'
import { unregisterBroker } from './unregister-broker.ts'
import { upgradeNode } from './upgrade-node.ts'
import { verifyConfig } from './verify-config.ts'
import { verifyMoves } from './verify-moves.ts'
import { verifyVolume } from './verify-volume.ts'
import { withdrawBroker } from './withdraw-broker.ts'

/** Every step by name; workflows, functions, grants and the operation's story all go by this table. */
export const STEPS = {
  beginOperation,
  ensureAuthority,
  ensureSecurityGroup,
  ensureAddress,
  ensurePublicEntry,
  ensurePublicNames,
  ensureNames,
  ensureVolume,
  ensureInstance,
  launchKafka,
  enterCreating,
  awaitQuorum,
  enterBrokerCreating,
  awaitBroker,
  activateBroker,
  awaitNames,
  awaitPublicEntry,
  createTopics,
  proveWithCanary,
  completeOperation,
  chooseNode,
  enterRebooting,
  restartKafka,
  rebootHost,
  awaitInSync,
  finishNode,
  recordPaused,
  recordCancelled,
  stopPreempted,
  removeNames,
  removePublicEntry,
  enterBrokerDeleting,
  removeInstance,
  removeVolume,
  removeAddress,
  removeSecurityGroup,
  finishBroker,
  sweepResources,
  forgetCluster,
  completeDelete,
  chooseNewBrokers,
  enterBrokerStarting,
  alignPublicEntry,
  alignNames,
  assureEmpty,
  unregisterBroker,
  withdrawBroker,
  chooseExtension,
  enterExtending,
  growVolume,
  growFileSystem,
  verifyVolume,
  finishExtension,
  enterUpdating,
  preflightConfig,
  applyDynamicConfig,
  verifyConfig,
  judgeConfigFailure,
  restoreNode,
  revertConfig,
  stageRelease,
  enterRelease,
  preflightRelease,
  chooseUpgrade,
  enterUpgrading,
  upgradeNode,
  proveRelease,
  judgeUpgradeFailure,
  revertRelease,
  assessVolumes,
  chooseRepair,
  enterRepairing,
  fenceHost,
  relaunchKafka,
  replaceVolume,
  launchOnEmptyVolume,
  planMoves,
  throttleMoves,
  advanceMoves,
  verifyMoves,
  releaseMoves,
  electLeaders,
  chooseBrokersToStop,
  chooseControllersToStop,
  chooseControllersToStart,
  chooseBrokersToStart,
  enterStopping,
  stopKafka,
  releaseInstance,
  finishStopped,
  enterStarting,
  awaitAllInSync,
  checkFeatures,
  chooseFeature,
  finaliseFeature,
  awaitFeatures,
  keepCluster,
  chooseRemoval,
  enterDraining,
  cordonBrokers,
  judgeDrained,
  clearBrokerConfig,
  stopBroker,
  judgeStopped,
  reviveBroker,
  enterRemoval,
  forgetBroker,
  finishRemoval,
  uncordonBrokers,
  keepBrokers,
  recordFailure,
} as const

/** The name of a step. */
export type StepName = keyof typeof STEPS

/** All names, in the order of the table. */
export const STEP_NAMES = Object.keys(STEPS) as readonly StepName[]

/** Tells whether a string that came from outside names a step. */
export function isStepName(name: string): name is StepName {
  return Object.hasOwn(STEPS, name)
}
