package org.liuhen.device.axis;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Finding;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StorageFailure;

/**
 * What the objects of a container mean for each other: a key says that its clip is encrypted; a bookmark's category is that
 * of all clips of the container, if it keeps them longer. Which of them comes first does not matter.
 */
final class Sorting {
    private static final String ENCRYPTED = "encrypted";
    private static final String CATEGORY = "categoryid";

    private final Shelf shelf;
    private final Schedule schedule;
    private final RecordsDesk records;

    Sorting(Shelf shelf, Catalog catalog, Schedule schedule, InstantSource clock) {
        this.shelf = shelf;
        this.schedule = schedule;
        this.records = new RecordsDesk(catalog, schedule, clock);
    }

    /** What people should know about a clip whose key is there. */
    List<Finding> encrypted(AxisObject object, Optional<AttachmentRole> role) throws StorageFailure {
        String key = AxisObject.stem(object.name()) + ".key";
        boolean has = !role.equals(Optional.of(AttachmentRole.KEY))
                && !role.equals(Optional.of(AttachmentRole.BOOKMARK))
                && shelf.object(object.account(), object.container(), key).isPresent();
        return has ? List.of(encryptedWith(key)) : List.of();
    }

    private static Finding encryptedWith(String key) {
        return Finding.of(ENCRYPTED, Said.of(Sentence.ENCRYPTED_WITH, "key", key));
    }

    /** Tells the others of an object that has just come. */
    void sort(AxisObject object, Optional<AttachmentRole> role) throws StorageFailure {
        if (role.isEmpty()) {
            AxisContainer container =
                    shelf.container(object.account(), object.container()).orElseThrow();
            for (String category : container.categories()) {
                classify(object, new Category(category));
            }
        } else if (role.get().equals(AttachmentRole.KEY)) {
            for (String ending : List.of(".mkv", ".mp4", ".json")) {
                Optional<AxisObject> locked =
                        shelf.object(object.account(), object.container(), AxisObject.stem(object.name()) + ending);
                if (locked.isPresent()) {
                    shelf.find(locked.get(), encryptedWith(object.name()));
                }
            }
        } else if (role.get().equals(AttachmentRole.BOOKMARK)) {
            bookmarked(object);
        }
    }

    /** A category of a bookmark counts for every clip of its container; one that nobody knows stays a remark. */
    void bookmarked(AxisObject bookmark) throws StorageFailure {
        String told = bookmark.metadata().get(CATEGORY);
        Optional<Category> category = told == null ? Optional.empty() : known(told);
        if (category.isEmpty()) {
            return;
        }
        AxisContainer container =
                shelf.container(bookmark.account(), bookmark.container()).orElseThrow();
        if (!container.categories().contains(category.get().value())) {
            shelf.put(container.withCategory(category.get().value(), shelf.now()), java.util.Map.of(CATEGORY, told));
        }
        for (AxisObject object : shelf.objects(container)) {
            if (AxisObject.role(object.name(), object.metadata()).isEmpty()) {
                classify(object, category.get());
            }
        }
    }

    private Optional<Category> known(String id) {
        try {
            Category category = new Category(id);
            return schedule.category(category).map(found -> category);
        } catch (InvalidField ignored) {
            // not one of ours
            return Optional.empty();
        }
    }

    /** Never shortens: for that two people are needed, and the answer is a refusal. */
    private void classify(AxisObject clip, Category category) throws StorageFailure {
        RecordingId id = clip.recording();
        if (id != null) {
            records.classify(id, category, "category of a bookmark", Actor.device(new DeviceId(clip.account())));
        }
    }
}
