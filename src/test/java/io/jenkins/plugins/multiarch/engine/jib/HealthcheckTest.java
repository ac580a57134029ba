package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthcheckTest {

    @Test
    void whatIsZeroIsLeftOut() {
        Instruction instruction = new Instruction(
                "Dockerfile",
                2,
                "HEALTHCHECK",
                List.of("--interval=0s", "--timeout=1.5s", "--retries=0"),
                "CMD x",
                List.of());
        assertThat(Healthcheck.of(instruction)).hasToString("{\"Test\":[\"CMD-SHELL\",\"x\"],\"Timeout\":1500000000}");
    }

    @Test
    void timesAreWrittenAsGoReadsThem() {
        Instruction instruction = new Instruction(
                "Dockerfile",
                2,
                "HEALTHCHECK",
                List.of("--interval=.5s", "--timeout=1.s500µs", "--start-period=1h2m3.5s", "--start-interval=0"),
                "CMD x",
                List.of());
        assertThat(Healthcheck.of(instruction))
                .hasToString("{\"Test\":[\"CMD-SHELL\",\"x\"],\"Interval\":500000000,\"Timeout\":1000500000,"
                        + "\"StartPeriod\":3723500000000}");
    }
}
