package org.liuhen.storage;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every sentence that findings are made of, in English, with names in braces for the values. Its label is stored and goes
 * over the wire; what it is called in other languages, the portal's tables say.
 */
public enum Sentence {
    /** Words of somebody else that nobody can put into another language: a decoder's, a vault's. */
    QUOTED("{text}"),
    /** What a look at the stored bytes has shown. */
    DAMAGED("{text}"),

    // what a device declared
    NO_CASE_NAMED("The device named no case."),
    CLOCK_AHEAD("The device's clock was {seconds} s ahead when it was docked; the times are corrected."),
    CLOCK_BEHIND("The device's clock was {seconds} s behind when it was docked; the times are corrected."),
    CLOCK_IN_THE_FUTURE("The device's clock said {told}, which is after the receipt at {received}."),
    CLOCK_IN_THE_PAST("The device's clock said {told}, over a year before the receipt at {received}."),
    RECEIVED_LATE("Received at {received}, more than {hours} hours after its end at {end}."),
    ENCRYPTED_WITH("Encrypted by the camera; what was received is the original. Its key is {key}."),
    REFUSED_BEFORE("The system had it refused before: {text}"),
    IN_STRANGE_CONTAINER("It came in a container that is no recording's: {container}"),
    CAMERA_NOT_TOLD("Nothing tells which camera it is of."),
    CAMERA_SERIAL_IMPOSSIBLE("Its camera has a serial number that cannot be one."),
    CAMERA_UNKNOWN("The system never told of its camera {serial}."),
    CAMERA_REVOKED("Its camera {serial} was revoked."),
    WEARER_NOT_TOLD("Nothing tells who wore the camera."),
    WEARER_UNKNOWN("The system never told of the user it names."),
    WEARER_IMPOSSIBLE("The user it names has an id that cannot be one."),
    TIME_IMPOSSIBLE("It tells a time that cannot be."),
    ENDS_BEFORE_IT_BEGINS("It ends before it begins."),
    OTHER_BYTES_BEFORE("Other bytes came under the same name before; they are kept as recording {recording}."),

    // between files
    ROOM_SILENT("The camera recorded nothing from {from} to {to}, session={session}"),
    GAP_BEFORE(
            "nothing was recorded for {seconds} s between it and the recording before it, which begins at {begins} by"
                    + " the device's clock, recording={recording}"),
    GAP_AFTER("nothing was recorded for {seconds} s between it and the recording after it, which begins at {begins} by"
            + " the device's clock, recording={recording}"),
    OVERLAP_BEFORE("{seconds} s are in the recording before it too, which begins at {begins} by the device's clock,"
            + " recording={recording}"),
    OVERLAP_AFTER("{seconds} s are in the recording after it too, which begins at {begins} by the device's clock,"
            + " recording={recording}"),

    // in a file
    FILE_EMPTY("the file is empty"),
    INDEX_MISSING("its index (moov) is missing: the file was cut off while it was written"),
    FORMAT_NOT_READ("a kind of file that is not read as a recording"),
    FORMAT_UNKNOWN("not a kind of recording that can be read here ({text})"),
    ASKS_TOO_MUCH("it asks for more memory, room or streams than any recording needs ({text})"),
    NOTHING_IN_IT("holds neither pictures nor sound (read as {container})"),
    NOT_DECODABLE("{text} (read as {container})"),
    CRASHED_TWICE("reading it failed twice, the second time with one thread and tighter limits: {text}"),
    BREAKS_OFF("the file breaks off: {text}"),
    SHORTER_THAN_TOLD("the file says {declared} s but holds {seconds} s"),
    TIMES_LEAP_AHEAD("its times leap ahead by {seconds} s"),
    TIMES_LEAP_BACK("its times leap back by {seconds} s"),
    SOUND_ONLY("the file holds sound only"),
    FEWER_PICTURES("the file says {declared} pictures a second, and has {pictures} in {seconds} s"),
    HARDLY_ANY_PICTURES("hardly any pictures for {seconds} s, usually one every {usual} s"),
    UNEVEN_WITH_SOUND(
            "at the {rate} pictures a second that the file says they last {seconds} s, and its sound {sound} s"),
    BLACK("the picture is black for {seconds} s"),
    FROZEN("the picture does not change for {seconds} s"),
    SILENT("nothing is to be heard for {seconds} s"),
    CLOCK_RUNS("a clock runs in the pictures, from {left} of their width and {top} of their height, {width} wide,"
            + " {height} high"),

    // what was got back of a file without index
    INDEX_NEVER_WRITTEN("its index (moov) was never written"),
    GOT_BACK("{seconds} s got back: {pictures} pictures"),
    PACE_TOLD("their pace told by the pictures themselves"),
    PACE_OF_ANOTHER("their pace taken from another recording of the same camera"),
    PACE_ASSUMED("their pace not known, 25 a second assumed"),
    SOUND_TOO("and the sound between them"),
    SOUND_LOST("no sound"),
    BYTES_OF_NEITHER("{bytes} bytes are neither"),

    // signatures of cameras
    NOT_SIGNED("the camera has not signed these pictures"),
    SIGNED_BY_SCHEME("{scheme}"),
    SIGNED_BY_VENDOR("{scheme} by {vendor}"),
    SERIAL_NUMBER("serial number {serial}"),
    KEY("key {key}"),
    SIGNATURES_WITHOUT_KEY("there are signatures, but the key that they could be checked with is not in it"),
    SIGNATURES_WITHOUT_GROUP(
            "there are signatures, but no whole group of pictures is here that they could be compared with"),
    FIRST_NOT_COVERED("the first {seconds} s are not covered"),
    LAST_NOT_COVERED("the last {seconds} s are not covered"),
    FURTHER_PLACES("{places} further places"),
    CHECK_BROKE_OFF("the check did not come to an end: {text}"),
    NO_CERTIFICATE("no certificate vouches for the key"),
    CHIP_DOES_NOT_VOUCH("the chip's certificate in it does not vouch for this key"),
    CERTIFICATE_OF_ANOTHER_KEY("the certificate in it is of another key"),
    CERTIFICATE_TRUSTED("certificate {name}, trusted by {root}"),
    CERTIFICATE_TRUSTED_WITHOUT_TIME("certificate {name}, trusted by {root} (it does not say when it signed)"),
    CERTIFICATE_NOT_VALID("certificate {name} was not valid when it signed, on {day}"),
    CERTIFICATE_NOT_TRUSTED("certificate {name} comes from a root that is not among the trusted ones"),
    SIGNATURE_UNREADABLE("a signature that cannot be read: {text}"),
    SIGNATURE_FORGED("the signature is not genuine"),
    SIGNED_WITH_ANOTHER_KEY("signed with another key, {key}"),
    UNSIGNED("no signature for these pictures"),
    UNSIGNED_AT_THE_END("no signature for these pictures at the end"),
    PICTURES_TAKEN_OUT("pictures have been taken out before this"),
    SIGNATURES_DO_NOT_MATCH("the pictures do not match their signatures"),
    SIGNATURE_DOES_NOT_MATCH("the pictures do not match their signature"),
    GROUP_ALTERED("pictures of this group have been altered"),
    GROUP_OPENING_ALTERED("the picture that opens this group, or all of it, has been altered"),
    PARTS_MISSING("{parts} parts of pictures are missing in this group"),
    MORE_THAN_SIGNED("more than was signed"),
    PICTURES_CHANGED_PLACES("pictures have changed places, the first is picture {picture} at {at} s"),
    PICTURES_PUT_IN("pictures have been put in, the first is picture {picture} at {at} s"),
    PICTURE_ALTERED("picture {picture} at {at} s has been altered"),
    PICTURES_ALTERED("{pictures} pictures have been altered, the first is picture {picture} at {at} s");

    static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");

    private final String english;

    Sentence(String english) {
        this.english = english;
    }

    public String english() {
        return english;
    }

    /** The names of the values that belong into it. */
    public Set<String> places() {
        Set<String> places = new TreeSet<>();
        Matcher place = PLACE.matcher(english);
        while (place.find()) {
            places.add(place.group(1));
        }
        return places;
    }

    /** The name on the wire and on disk, for example {@code times-leap-back}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @return empty if there is none, for example because a later version made it */
    public static Optional<Sentence> ofLabel(String label) {
        for (Sentence sentence : values()) {
            if (sentence.label().equals(label)) {
                return Optional.of(sentence);
            }
        }
        return Optional.empty();
    }
}
