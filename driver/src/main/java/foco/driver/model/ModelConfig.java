package foco.driver.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import foco.driver.block.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a model's {@code config.json} says, read key by key. A key that is missing or of the wrong kind is named. */
public final class ModelConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final JsonNode values;

    private ModelConfig(String name, JsonNode values) {
        this.name = name;
        this.values = values;
    }

    /**
     * @param name the file, as messages call it
     * @throws InvalidInputException if it is no JSON object
     */
    public static ModelConfig parse(byte[] json, String name) {
        try {
            JsonNode values = JSON.readTree(json);
            if (values == null || !values.isObject()) {
                throw new InvalidInputException(name + " is no JSON object; fetch it again");
            }
            return new ModelConfig(name, values);
        } catch (IOException e) {
            throw new InvalidInputException("%s is no JSON (%s); fetch it again"
                    .formatted(name, e.getMessage().lines().findFirst().orElse("")));
        }
    }

    /** What another file says of a model, in the terms of a {@code config.json}. */
    static ModelConfig of(ObjectNode values, String name) {
        return new ModelConfig(name, values);
    }

    /** The same, with a text under a key that is not there. */
    ModelConfig withDefault(String key, String value) {
        return has(key) ? this : new ModelConfig(name, ((ObjectNode) values.deepCopy()).put(key, value));
    }

    /** The file. */
    public String name() {
        return name;
    }

    /** Whether the key is there, and not null. */
    public boolean has(String key) {
        return !values.path(key).isMissingNode() && !values.path(key).isNull();
    }

    /** Whether the key is there, be it null. */
    public boolean says(String key) {
        return values.has(key);
    }

    /** All keys. */
    public List<String> keys() {
        List<String> all = new ArrayList<>();
        values.fieldNames().forEachRemaining(all::add);
        return all;
    }

    /** A whole number above 0. */
    public int count(String key) {
        JsonNode value = required(key);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 1) {
            throw wrong(key, value, "a whole number from 1 on");
        }
        return value.intValue();
    }

    /** A whole number above 0, or what holds where the key is not there. */
    public int count(String key, int otherwise) {
        return has(key) ? count(key) : otherwise;
    }

    /** A whole number from 0 on. */
    public int index(String key) {
        JsonNode value = required(key);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
            throw wrong(key, value, "a whole number from 0 on");
        }
        return value.intValue();
    }

    /** A number. */
    public double number(String key) {
        JsonNode value = required(key);
        if (!value.isNumber()) {
            throw wrong(key, value, "a number");
        }
        return value.doubleValue();
    }

    /** A number, or what holds where the key is not there. */
    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    /** A text. */
    public String text(String key) {
        JsonNode value = required(key);
        if (!value.isTextual()) {
            throw wrong(key, value, "a text");
        }
        return value.textValue();
    }

    /** A text, or what holds where the key is not there. */
    public String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    /** True or false, or what holds where the key is not there. */
    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!values.get(key).isBoolean()) {
            throw wrong(key, values.get(key), "true or false");
        }
        return values.get(key).booleanValue();
    }

    /** A list of texts; empty where the key is not there. */
    public List<String> texts(String key) {
        List<String> all = new ArrayList<>();
        values.path(key).forEach(each -> all.add(each.asText()));
        return all;
    }

    /** A list of numbers; empty where the key is not there. */
    public List<Double> numbers(String key) {
        List<Double> all = new ArrayList<>();
        for (JsonNode each : values.path(key)) {
            if (!each.isNumber()) {
                throw wrong(key, each, "a list of numbers");
            }
            all.add(each.doubleValue());
        }
        return all;
    }

    /** An object within, such as {@code rope_scaling}; none where the key is not there, or null. */
    public Optional<ModelConfig> object(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        require(values.get(key).isObject(), key, "an object");
        return Optional.of(new ModelConfig("%s, %s".formatted(name, key), values.get(key)));
    }

    /**
     * Refuses a model of which something is otherwise than Foco computes.
     *
     * @param what the value of the key has to be, for the message
     */
    public void require(boolean holds, String key, String what) {
        if (!holds) {
            throw wrong(key, values.path(key), what);
        }
    }

    private JsonNode required(String key) {
        if (!has(key)) {
            throw new InvalidInputException(
                    "%s does not say %s; take the file that came with the model's weights".formatted(name, key));
        }
        return values.get(key);
    }

    private InvalidInputException wrong(String key, JsonNode value, String legal) {
        return new InvalidInputException("%s: %s is %s, where Foco takes %s"
                .formatted(name, key, value.isMissingNode() ? "not there" : value.toString(), legal));
    }
}
