"""The pages: titles as in the navigation, and their scripts."""

TRAIN, TEXT, SEEDS, EQUATIONS = "Train", "Text", "Seeds", "Equations"
EXPLORE, COMPARE, CLASS = "Explore", "Compare", "Class"
OPTIMIZERS, WEIGHT_DECAY, DROPOUT, GLOSSARY = "Optimizers", "Weight decay", "Dropout", "Glossary"
PAGES = {
    TRAIN: "dashboard.py",
    TEXT: "pages/1_Text.py",
    SEEDS: "pages/2_Seeds.py",
    EXPLORE: "pages/8_Explore.py",
    COMPARE: "pages/9_Compare.py",
    EQUATIONS: "pages/3_Equations.py",
    OPTIMIZERS: "pages/4_Optimizers.py",
    WEIGHT_DECAY: "pages/5_Weight_decay.py",
    DROPOUT: "pages/6_Dropout.py",
    GLOSSARY: "pages/7_Glossary.py",
    CLASS: "pages/10_Class.py",
}
