package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
    @Test
    void findsTheHostsUsers() throws IOException {
        assertThat(new Accounts().find("root")).contains(new Account("root", 0, 0, "/root"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-such-user", "0", "-s", "a:b", "root\0"})
    void findsNobodyElse(String name) throws IOException {
        assertThat(new Accounts().find(name)).isEmpty();
    }
}
