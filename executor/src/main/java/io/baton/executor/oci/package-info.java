/**
 * Containers by an OCI runtime (runc, crun): images, bundles, and the command that becomes a container under the same
 * supervisor as any other task.
 *
 * <p>{@link io.baton.executor.oci.BundleSpec} and {@link io.baton.executor.oci.ImageConfig} are pure.
 */
package io.baton.executor.oci;
