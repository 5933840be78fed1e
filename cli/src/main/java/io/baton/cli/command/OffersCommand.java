package io.baton.cli.command;

import static io.baton.cli.command.ListOptions.Column.of;

import io.baton.cli.cluster.ShortIds;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.Offer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code baton offers}. */
@Command(name = "offers", description = "List the offers that frameworks hold now.")
final class OffersCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Mixin
    private ListOptions options;

    OffersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var offers = master.cluster().frameworks().getFrameworksList().stream()
                .flatMap(framework -> framework.getOffersList().stream())
                .toList();
        options.print(terminal, "offers", offers, offer -> offer.getId().getValue(), columns(offers));
        return 0;
    }

    private List<ListOptions.Column<Offer>> columns(List<Offer> offers) {
        var ids = new ShortIds(
                offers.stream().map(offer -> offer.getId().getValue()).toList());
        return List.of(
                of("ID", offer -> options.id(offer.getId().getValue(), ids::of)),
                of("FRAMEWORK", offer -> options.id(offer.getFrameworkId().getValue(), ids::of)),
                of("AGENT", Offer::getHostname),
                of("ROLE", offer -> offer.getAllocationInfo().getRole()),
                of("CPUS", offer -> Amounts.cpus(offer.getResourcesList())),
                of("MEM", offer -> Amounts.megabytes("mem", offer.getResourcesList())),
                of("DISK", offer -> Amounts.megabytes("disk", offer.getResourcesList())),
                of("PORTS", offer -> Amounts.ports(offer.getResourcesList())));
    }
}
