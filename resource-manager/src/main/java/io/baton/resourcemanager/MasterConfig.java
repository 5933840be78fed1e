package io.baton.resourcemanager;

import com.typesafe.config.Config;
import io.baton.core.config.Settings;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Tls;
import io.baton.core.security.TlsConfig;
import io.baton.resourcemanager.allocation.AllocationRules;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings under {@code baton.master}.
 *
 * @param offerTimeout how long a framework may hold an offer before it is rescinded; zero for as long as it likes
 * @param unreachableAfter how long an agent may be without a link before its tasks are told to be unreachable
 * @param allocation how offers are made
 * @param authentication from its own section
 * @param links for links on which agents must show a certificate; without it they are not encrypted
 */
public record MasterConfig(
        Duration offerTimeout,
        Duration unreachableAfter,
        AllocationRules allocation,
        AuthenticationConfig authentication,
        Optional<Tls> links) {
    private static final String OFFER_TIMEOUT = "baton.master.offer-timeout";
    private static final String UNREACHABLE_AFTER = "baton.master.unreachable-after";

    /** @throws com.typesafe.config.ConfigException naming file, line and key of the first setting that will not do */
    public static MasterConfig from(Config config) {
        return new MasterConfig(
                Settings.atLeast(Duration.ZERO, config, OFFER_TIMEOUT, config.getDuration(OFFER_TIMEOUT)),
                Settings.atLeast(
                        Duration.ofSeconds(15), config, UNREACHABLE_AFTER, config.getDuration(UNREACHABLE_AFTER)),
                AllocationConfig.from(config),
                AuthenticationConfig.from(config),
                TlsConfig.from(config, TlsConfig.LINKS));
    }
}
